// The timers that stand in for the machine's are the workflow API's, which is loaded after the globals are in place: the globals
// find them here.

export interface TimerFunctions {
  readonly setTimeout: (call: (...args: unknown[]) => unknown, ms: number, ...args: unknown[]) => number;
  readonly clearTimeout: (id: unknown) => void;
}

let functions: TimerFunctions | undefined;

export function provideTimers(timers: TimerFunctions): void {
  functions = timers;
}

export function workflowTimers(): TimerFunctions {
  if (!functions) throw new Error('the timers are not in place yet');
  return functions;
}
