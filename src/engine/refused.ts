import { ServiceError } from '../api/service-error.ts';
import type { Refusal } from '../machine/fact.ts';

/** A refusal of the machine, as the caller gets it. */
export function refused({ code, message, detail }: Refusal): ServiceError {
  return new ServiceError(code, message, detail);
}
