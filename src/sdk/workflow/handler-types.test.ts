import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineQuery, defineSignal, setHandler } from './handlers.ts';

const approve = defineSignal<[approved: boolean, comment?: string]>('approve');
const howFar = defineQuery<number, [unit: string]>('how far');

// Never called: that it compiles, and that the marked lines do not, is what is tried.
function handlers(): void {
  setHandler(approve, () => {});
  setHandler(approve, async (approved) => void (approved satisfies boolean));
  setHandler(approve, undefined);
  setHandler(howFar, () => 7);
  setHandler(howFar, (unit) => unit.length);
  // @ts-expect-error: the definition says that it is a boolean
  setHandler(approve, (approved: number) => void approved);
  // @ts-expect-error: the definition says that the answer is a number
  setHandler(howFar, () => 'seven');
  // @ts-expect-error: a query is answered at once
  setHandler(howFar, async () => 7);
}

test('a handler has the types of its definition, and may take fewer arguments', () => {
  assert.throws(handlers, /outside of a workflow|IllegalState/);
});
