import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeLogger } from '../common/logger.ts';
import { type StuckRun, stuckRuns } from './stuck-runs.ts';

const run = (attempt: number, message = 'timer "1" expected'): StuckRun => ({
  workflowId: 'report-7',
  runId: 'r1',
  workflowType: 'summarise',
  attempt,
  cause: 'NON_DETERMINISTIC_ERROR',
  failure: { message },
});

function underTest() {
  const lines: string[] = [];
  const told: StuckRun[] = [];
  const stuck = stuckRuns(
    makeLogger((_level, message) => lines.push(message)),
    (one) => told.push(one),
  );
  return { stuck, lines, told };
}

test('an error of a run is logged once, with attempt, error and what becomes of the run', () => {
  const { stuck, lines } = underTest();
  for (const attempt of [1, 2, 3]) stuck.failed(run(attempt));
  assert.equal(lines.length, 1);
  assert.match(
    lines[0] ?? '',
    /'summarise' \(report-7\) failed, attempt 1, NON_DETERMINISTIC_ERROR: timer "1" expected/,
  );
  assert.match(lines[0] ?? '', /goes on by itself once its code is put right/);
});

test('another error of the same run is another line, and so is the same error after the run had gone on', () => {
  const { stuck, lines } = underTest();
  stuck.failed(run(1));
  stuck.failed(run(2, 'something else'));
  assert.equal(lines.length, 2);
  stuck.wentOn('r1');
  stuck.failed(run(1));
  assert.equal(lines.length, 3);
});

test('the listener hears of a run that fails again, once for each error', () => {
  const { stuck, told } = underTest();
  stuck.failed(run(1));
  assert.equal(told.length, 0);
  stuck.failed(run(1));
  stuck.failed(run(2));
  assert.equal(told.length, 1);
  stuck.failed(run(3, 'something else'));
  assert.equal(told.length, 2);
  assert.deepEqual(told[1], run(3, 'something else'));
});

test('a worker that meets a run which failed before tells of it at once', () => {
  const { stuck, told } = underTest();
  stuck.failed(run(4));
  assert.equal(told.length, 1);
});

test('the runs that failed last are known until they go on', () => {
  const { stuck } = underTest();
  assert.deepEqual(stuck.runIds, []);
  stuck.failed(run(1));
  assert.deepEqual(stuck.runIds, ['r1']);
  stuck.wentOn('r1');
  assert.deepEqual(stuck.runIds, []);
});

test('a listener that throws does no harm', () => {
  const lines: string[] = [];
  const stuck = stuckRuns(
    makeLogger((level, message) => lines.push(`${level} ${message}`)),
    () => {
      throw new Error('oops');
    },
  );
  stuck.failed(run(2));
  assert.equal(lines.at(-1), 'ERROR the onStuck listener threw');
  stuckRuns(makeLogger(() => undefined)).failed(run(2));
});

test('an error that does not say where it happened is logged with the place that its stack names first', () => {
  const { stuck, lines } = underTest();
  const stackTrace = '    at total (/app/workflows.ts:12:5)\n    at pipeline (/app/workflows.ts:3:9)';
  const failed = (message: string) => stuck.failed({ ...run(1), failure: { message, stackTrace } });
  failed('x is undefined');
  failed('fetch is not available (at /app/workflows.ts:12:5)');
  assert.match(lines[0] ?? '', /: x is undefined \(at \/app\/workflows\.ts:12:5\) –/);
  assert.match(lines[1] ?? '', /: fetch is not available \(at \/app\/workflows\.ts:12:5\) –/);
});
