// Chance that repeats itself: the same seed gives the same numbers, so that a replay sees what the run saw.

/** A sequence of numbers from 0 to 1, by the generator sfc32. */
export function randomSequence(seed: string): () => number {
  let [a, b, c, counter] = hash(seed);
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  return () => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
}

/** Four numbers of 32 bits out of a text (the mixing steps are MurmurHash3's). */
function hash(text: string): [number, number, number, number] {
  let [h1, h2, h3, h4] = [1_779_033_703, 3_144_134_277, 1_013_904_242, 2_773_480_762];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    h1 = h2 ^ Math.imul(h1 ^ code, 597_399_067);
    h2 = h3 ^ Math.imul(h2 ^ code, 2_869_860_233);
    h3 = h4 ^ Math.imul(h3 ^ code, 951_274_213);
    h4 = h1 ^ Math.imul(h4 ^ code, 2_716_044_179);
  }
  return [h1 | 0, h2 | 0, h3 | 0, h4 | 0];
}

/** A UUID of version 4, out of such a sequence. */
export function uuidFrom(random: () => number): string {
  let hex = '';
  for (let digit = 0; digit < 32; digit += 1) {
    if (digit === 8 || digit === 12 || digit === 16 || digit === 20) hex += '-';
    const value = Math.floor(random() * 16);
    hex += (digit === 12 ? 4 : digit === 16 ? (value & 3) | 8 : value).toString(16);
  }
  return hex;
}
