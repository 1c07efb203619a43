// The part of a stack that its reader wrote. A failure's stack is kept in history for good, so the frames of this package and of
// Node beneath the user's code are cut off, and so is the factory that made the failure on top of it.

const FRAME = /^\s+at /;
const BENEATH =
  /[\\/]sdk[\\/](?:worker|workflow|sandbox|activity)[\\/][\w-]+\.[jt]s|\(node:internal\/|^\s*at (?:async )?node:internal\//;
const FACTORY = /^\s+at (?:Function\.|new )?ApplicationFailure(?:\.(?:create|retryable|nonRetryable|fromError))? /;

/** A stack from the first frame to the last that is the user's. A stack that is all ours is kept whole: it is a bug of ours. */
export function userStack(stack: string | undefined): string {
  const lines = (stack ?? '').split('\n').filter((line) => !FACTORY.test(line));
  let end = lines.length;
  while (end > 0 && isBeneath(lines[end - 1] as string)) end -= 1;
  const onlyOurs = end > 0 && !FRAME.test(lines[end - 1] as string);
  return (onlyOurs ? lines : lines.slice(0, end)).join('\n');
}

function isBeneath(line: string): boolean {
  return FRAME.test(line) && BENEATH.test(line);
}
