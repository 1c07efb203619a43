import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slots } from './slots.ts';

const { signal } = new AbortController();

test('no more slots are taken than there are', async () => {
  const two = slots(2);
  assert.equal(await two.take(signal), true);
  assert.equal(await two.take(signal), true);
  let third = false;
  const taken = two.take(signal).then(() => {
    third = true;
  });
  await Promise.resolve();
  assert.equal(third, false);
  two.give();
  await taken;
  assert.equal(third, true);
});

test('who came first gets the slot first', async () => {
  const one = slots(1);
  await one.take(signal);
  const order: string[] = [];
  const waiting = ['a', 'b', 'c'].map((name) => one.take(signal).then(() => order.push(name)));
  for (const _ of waiting) one.give();
  await Promise.all(waiting);
  assert.deepEqual(order, ['a', 'b', 'c']);
});

test('a wait ends empty when its signal is aborted, and leaves the slot to others', async () => {
  const one = slots(1);
  await one.take(signal);
  const abort = new AbortController();
  const waiting = one.take(abort.signal);
  abort.abort();
  assert.equal(await waiting, false);
  assert.equal(await one.take(abort.signal), false);
  one.give();
  assert.equal(await one.take(signal), true);
});
