// The storage thread's program: it alone waits for the disk. What arrives while it waits is the next batch.

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { openAsOwner, openAsReader } from './database.ts';
import { ownerService, readerService, type Service } from './service.ts';
import { type Greeting, type Parcel, type Request, sendError, unpack } from './wire.ts';

/** What the thread is started with. */
export interface ThreadTask {
  readonly path: string;
  readonly role: 'owner' | 'reader';
}

function open({ path, role }: ThreadTask): Service {
  return role === 'owner' ? ownerService(openAsOwner(path), path) : readerService(openAsReader(path), path);
}

function serve(port: MessagePort, service: Service): void {
  const waiting: Request[] = [];
  const receive = (parcel: Parcel): void => {
    for (const request of unpack(parcel)) waiting.push(request);
  };
  port.on('message', (first: Parcel) => {
    receive(first);
    while (waiting.length > 0) {
      port.postMessage(service.answer(waiting));
      for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port)) receive(more.message);
    }
    if (service.closed) port.close();
  });
}

function start(port: MessagePort | null): void {
  assert(port, 'thread.ts is the program of a worker thread');
  let greeting: Greeting = { opened: true };
  try {
    serve(port, open(workerData as ThreadTask));
  } catch (error) {
    greeting = { error: sendError(error) };
  }
  port.postMessage(greeting);
}

start(parentPort);
