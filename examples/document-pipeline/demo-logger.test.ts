import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from 'perdure/worker';
import { demoLogger } from './demo-logger.ts';

const documents = [{ path: '/in/a.txt', name: 'a.txt', workflowId: 'a.txt:1' }];
const attempt = { activityType: 'generate_summary', attempt: 2, workflowId: 'a.txt:1' };

function said(log: (logger: ReturnType<typeof demoLogger>) => void): string[] {
  const lines: string[] = [];
  log(demoLogger(documents, (line) => lines.push(line)));
  return lines;
}

test('an attempt that failed is told by its document, and why', () => {
  const error = ApplicationFailure.create({ message: 'too many requests' });
  assert.deepEqual(
    said((logger) => logger.warn('Activity failed', { ...attempt, error })),
    ['a.txt: attempt 2 of generate_summary failed: too many requests'],
  );
});

test('a failure that is final is left to the report', () => {
  const error = ApplicationFailure.nonRetryable('the key was refused');
  assert.deepEqual(
    said((logger) => logger.warn('Activity failed', { ...attempt, error })),
    [],
  );
});

test('other warnings and errors are passed on, and nothing below them', () => {
  const lines = said((logger) => {
    logger.info('a worker started');
    logger.debug('a poll ended');
    logger.warn('the workflow task failed');
    logger.error('the disk is full', { error: new Error('ENOSPC') });
  });
  assert.deepEqual(lines, ['warn: the workflow task failed', 'error: the disk is full: ENOSPC']);
});
