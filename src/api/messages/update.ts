import { field, type Infer, list, message, must, text } from '../schema.ts';
import { header, payloads } from './common.ts';
import { failure } from './failure.ts';
import { callback, link } from './link.ts';

export const meta = message({
  updateId: field(1, text),
  identity: field(2, text),
});
export type Meta = Infer<typeof meta>;

export const input = message({
  header: field(1, header),
  name: must(2, text),
  args: field(3, payloads),
});
export type Input = Infer<typeof input>;

export const request = message({
  meta: field(1, meta),
  input: field(2, input),
  requestId: field(3, text),
  completionCallbacks: field(4, list(callback)),
  links: field(5, list(link)),
});
export type Request = Infer<typeof request>;

export const outcome = message({
  success: field(1, payloads),
  failure: field(2, failure),
});
export type Outcome = Infer<typeof outcome>;
