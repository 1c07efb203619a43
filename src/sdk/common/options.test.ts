import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extractWorkflowType } from './definitions.ts';
import { composeInterceptors } from './interceptors.ts';
import { type LogLevel, makeLogger, withMetadata } from './logger.ts';
import { compilePriority } from './priority.ts';
import { compileRetryPolicy, decompileRetryPolicy, type RetryPolicy } from './retry-policy.ts';

test('a retry policy says its intervals in milliseconds', () => {
  const policy: RetryPolicy = {
    initialInterval: '1 s',
    maximumInterval: '1 minute',
    backoffCoefficient: 2,
    maximumAttempts: 5,
    nonRetryableErrorTypes: ['AuthenticationError'],
  };
  assert.deepEqual(compileRetryPolicy(policy), {
    initialIntervalMs: 1000,
    maximumIntervalMs: 60_000,
    backoffCoefficient: 2,
    maximumAttempts: 5,
    nonRetryableErrorTypes: ['AuthenticationError'],
  });
});

test('an empty retry policy waits a second first, and infinitely many attempts are no limit', () => {
  assert.equal(compileRetryPolicy({}).initialIntervalMs, 1000);
  assert.equal(compileRetryPolicy({ maximumAttempts: Number.POSITIVE_INFINITY }).maximumAttempts, undefined);
});

test('a retry policy that cannot be is refused by the name of the field', () => {
  const refused: readonly (readonly [RetryPolicy, RegExp])[] = [
    [{ initialInterval: 0 }, /RetryPolicy\.initialInterval is 0: it must be longer than 0/],
    [{ initialInterval: '-1 s' }, /initialInterval is "-1 s"/],
    [{ maximumInterval: 0 }, /maximumInterval is 0/],
    [{ initialInterval: '1 m', maximumInterval: '1 s' }, /not be shorter than initialInterval \(60000 ms\)/],
    [{ backoffCoefficient: 0.5 }, /backoffCoefficient is 0\.5: it must be at least 1/],
    [{ maximumAttempts: 0 }, /maximumAttempts is 0: it must be a positive integer/],
    [{ maximumAttempts: -1 }, /maximumAttempts is -1/],
    [{ maximumAttempts: 1.5 }, /maximumAttempts is 1\.5/],
  ];
  for (const [policy, message] of refused) {
    assert.throws(() => compileRetryPolicy(policy), { name: 'ValueError', message });
  }
});

test('a retry policy can be read back', () => {
  const compiled = compileRetryPolicy({ initialInterval: '2 s', maximumAttempts: 3 });
  assert.equal(decompileRetryPolicy(compiled)?.initialInterval, 2000);
  assert.equal(decompileRetryPolicy(compiled)?.maximumAttempts, 3);
  assert.equal(decompileRetryPolicy({ maximumAttempts: 0 })?.maximumAttempts, undefined);
  assert.equal(decompileRetryPolicy(undefined), undefined);
});

test('a priority that cannot be is refused', () => {
  assert.deepEqual(compilePriority({ priorityKey: 1, fairnessKey: 'tenant' }), {
    priorityKey: 1,
    fairnessKey: 'tenant',
  });
  assert.throws(() => compilePriority({ priorityKey: 1.5 }), /priorityKey is 1\.5/);
  assert.throws(() => compilePriority({ priorityKey: -1 }), /priorityKey is -1/);
  assert.throws(() => compilePriority({ fairnessWeight: Number.NaN }), /fairnessWeight is NaN/);
});

test('a workflow is named by its function or by a text', () => {
  assert.equal(
    extractWorkflowType(async function summarise() {}),
    'summarise',
  );
  assert.equal(extractWorkflowType('summarise'), 'summarise');
  assert.throws(() => extractWorkflowType(async () => {}), /has no name: export it under one/);
  assert.throws(() => extractWorkflowType(undefined as never), /not by a undefined/);
  assert.throws(() => extractWorkflowType(null as never), /not by null/);
});

test('a logger of one function has a method for each level', () => {
  const lines: unknown[] = [];
  const logger = makeLogger((...line) => lines.push(line));
  logger.trace('a');
  logger.debug('b');
  logger.info('c', { n: 1 });
  logger.warn('d');
  logger.error('e');
  logger.log('INFO', 'f');
  const levels: LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'INFO'];
  assert.deepEqual(
    lines.map((line) => (line as [LogLevel])[0]),
    levels,
  );
  assert.deepEqual(lines[2], ['INFO', 'c', { n: 1 }]);
  assert.deepEqual(lines[5], ['INFO', 'f', {}]);
});

test('a logger with metadata adds it to every line, and the line wins', () => {
  const lines: unknown[] = [];
  const logger = withMetadata(
    makeLogger((_level, _message, meta) => lines.push(meta)),
    { workflowId: 'w', attempt: 1 },
  );
  logger.info('x', { attempt: 2 });
  logger.log('WARN', 'y');
  assert.deepEqual(lines, [
    { workflowId: 'w', attempt: 2 },
    { workflowId: 'w', attempt: 1 },
  ]);
});

test('interceptors stand around the call in their order, each free to change input and outcome', () => {
  type Step = { execute?(input: string, next: (input: string) => string): string };
  const around = (name: string): Step => ({ execute: (input, next) => `${name}[${next(input + name)}]` });
  const call = (input: string) => `call(${input})`;
  assert.equal(composeInterceptors([around('a'), {}, around('b')], 'execute', call)('x'), 'a[b[call(xab)]]');
  assert.equal(composeInterceptors<Step, 'execute', string, string>([], 'execute', call)('x'), 'call(x)');
});
