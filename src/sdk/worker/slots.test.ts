import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slots } from './slots.ts';

test('no more slots are taken than there are', async () => {
  const two = slots(2);
  assert.equal(await two.take(), true);
  assert.equal(await two.take(), true);
  let third = false;
  const taken = two.take().then(() => {
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
  await one.take();
  const order: string[] = [];
  const waiting = ['a', 'b', 'c'].map((name) => one.take().then(() => order.push(name)));
  for (const _ of waiting) one.give();
  await Promise.all(waiting);
  assert.deepEqual(order, ['a', 'b', 'c']);
});

test('once they are closed nobody gets a slot, those who wait neither', async () => {
  const one = slots(1);
  await one.take();
  const waiting = one.take();
  one.close();
  assert.equal(await waiting, false);
  one.give();
  assert.equal(await one.take(), false);
});
