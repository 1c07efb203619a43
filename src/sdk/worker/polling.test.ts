import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../../api/service-error.ts';
import { makeLogger } from '../common/logger.ts';
import { pollUntil } from './polling.ts';
import { slots } from './slots.ts';

const silent = makeLogger(() => undefined);

/** Polls answered by the list, one by one, and then not at all until the stop. */
function answering(answers: readonly unknown[]) {
  const left = [...answers];
  return (stop: AbortSignal) => {
    const answer = left.shift();
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer !== undefined) return Promise.resolve(answer === 'empty' ? undefined : answer);
    return new Promise<undefined>((resolve) =>
      stop.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
  };
}

test('tasks are performed side by side, as many as there are slots', async () => {
  const stop = new AbortController();
  let running = 0;
  let most = 0;
  let performed = 0;
  await pollUntil(stop.signal, {
    what: 'tests',
    pollers: 5,
    slots: slots(2),
    poll: answering([1, 2, 3, 'empty', 4, 5, 6]),
    perform: async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      performed += 1;
      if (performed === 6) stop.abort();
    },
    logger: silent,
  });
  assert.equal(performed, 6);
  assert.equal(most, 2);
});

test('stopping waits for the tasks that are under way', async () => {
  const stop = new AbortController();
  let done = false;
  await pollUntil(stop.signal, {
    what: 'tests',
    pollers: 1,
    slots: slots(3),
    poll: answering([1]),
    perform: async () => {
      stop.abort();
      await new Promise((resolve) => setImmediate(resolve));
      done = true;
    },
    logger: silent,
  });
  assert.equal(done, true);
});

test('a service that cannot be reached is asked again, and one line of the log says so', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  await pollUntil(stop.signal, {
    what: 'tests',
    pollers: 1,
    slots: slots(1),
    poll: answering([
      new ServiceError('UNAVAILABLE', 'no route'),
      new ServiceError('UNAVAILABLE', 'no route'),
      new ServiceError('DEADLINE_EXCEEDED', 'the transport ended the poll'),
      'task',
    ]),
    perform: async () => stop.abort(),
    logger: makeLogger((_level, message) => lines.push(message)),
  });
  assert.deepEqual(lines, ['polling for tests failed and is tried again']);
});

test('a poll that the service refuses for good ends the polling', async () => {
  const refused = new ServiceError('PERMISSION_DENIED', 'not you');
  const polling = { what: 'tests', pollers: 2, slots: slots(2), perform: async () => {}, logger: silent };
  const stop = new AbortController();
  const poll = answering([refused]);
  const polled = pollUntil(stop.signal, { ...polling, poll });
  await assert.rejects(polled, refused);
  stop.abort();
});

test('a refusal that comes with the stop is none', async () => {
  const stop = new AbortController();
  const poll = async () => {
    stop.abort();
    throw new ServiceError('PERMISSION_DENIED', 'too late');
  };
  await pollUntil(stop.signal, {
    what: 'tests',
    pollers: 1,
    slots: slots(1),
    poll,
    perform: async () => {},
    logger: silent,
  });
});
