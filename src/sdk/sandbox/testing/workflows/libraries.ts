// Libraries inside a workflow: imported, and used for what a workflow may do with them.
import { asSchema, cosineSimilarity, generateId, generateText, isStepCount, jsonSchema, tool } from 'ai';
import _ from 'lodash';
import { ApplicationFailure } from 'perdure/workflow';
import { z } from 'zod';

const Summary = z.object({
  title: z.string().min(1),
  url: z.url(),
  words: z.number().int(),
  tags: z.array(z.string()).default([]),
});

export async function withZod(input: unknown): Promise<unknown> {
  const parsed = Summary.safeParse(input);
  if (parsed.success) return { ...parsed.data, schema: Object.keys(z.toJSONSchema(Summary).properties ?? {}) };
  throw new ApplicationFailure(z.prettifyError(parsed.error), 'BadSummary');
}

export async function withLodash(): Promise<unknown[]> {
  return [
    _.chunk([1, 2, 3, 4, 5], 2),
    _.groupBy(['one', 'two', 'three'], 'length'),
    _.cloneDeep({ a: [new Date(0)], m: new Map([[1, 2]]) }),
    _.template('<%= greeting %> you')({ greeting: 'hello' }),
    _.merge({ a: { b: 1 } }, { a: { c: 2 } }),
    _.uniqueId('run-'),
    _.isPlainObject({}),
    _(['b', 'a']).sortBy().value(),
  ];
}

export async function withAi(): Promise<unknown[]> {
  const weather = tool({ description: 'weather', inputSchema: z.object({ city: z.string() }), execute: async () => 1 });
  const schema = asSchema(weather.inputSchema);
  const valid = await schema.validate?.({ city: 'Paris' });
  return [
    cosineSimilarity([1, 0], [1, 1]),
    await schema.jsonSchema,
    valid,
    generateId().length,
    typeof isStepCount,
    await jsonSchema({ type: 'object' }).jsonSchema,
  ];
}

export async function callsModel(): Promise<unknown> {
  const { text } = await generateText({ model: 'openai/gpt-5', prompt: 'hello' }); // the model call
  return text;
}
