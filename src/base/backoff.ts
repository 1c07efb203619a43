/** `initial × coefficient^(attempt − 1)`, at most `maximumMs`: the pause after the attempt of that number, without overflow. */
export function backoffMs(attempt: number, initialMs: number, coefficient: number, maximumMs: number): number {
  const grown = initialMs * coefficient ** (attempt - 1);
  return Number.isFinite(grown) ? Math.min(grown, maximumMs) : maximumMs;
}

/** Takes a random part, of at most `jitter` (0 to 1), off a pause, so that many that failed together do not return together. */
export function withJitter(pauseMs: number, jitter: number, random: number): number {
  return pauseMs * (1 - jitter * random);
}
