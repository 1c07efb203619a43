// Interceptors: functions around a call, each of which may look at the input, change it, and look at the outcome. A chain is the
// interceptors in their order with the call itself at the end; without interceptors it is the call.

import type { Payload } from '../../api/messages/common.ts';

/** Payloads by name that travel beside a call's arguments, e.g. a trace's context. */
export type Headers = Readonly<Record<string, Payload>>;

// biome-ignore lint/suspicious/noExplicitAny: any function is meant
type AnyFunction = (...args: any[]) => any;

/** The rest of the chain, as an interceptor's last argument. */
export type Next<Interceptor, Method extends keyof Interceptor> = Required<Interceptor>[Method] extends (
  input: infer Input,
  ...rest: never[]
) => infer Output
  ? (input: Input) => Output
  : never;

/** The call with the interceptors that have this method around it, the first outermost. */
export function composeInterceptors<I extends object, M extends keyof I, In, Out>(
  interceptors: readonly I[],
  method: M,
  call: (input: In) => Out,
): (input: In) => Out {
  return interceptors.reduceRight<(input: In) => Out>((next, interceptor) => {
    const own = interceptor[method];
    if (own === undefined) return next;
    return (input) => (own as AnyFunction).call(interceptor, input, next) as Out;
  }, call);
}
