import { brandError } from '../common/error-brand.ts';

/** Thrown where workflow code does what cannot be done again the same way: it calls the network, reads a file, starts a timer. */
export class DeterminismViolationError extends Error {
  static {
    brandError(DeterminismViolationError, 'DeterminismViolationError');
  }
}
