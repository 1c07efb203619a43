import type { Plant } from './simulate.ts';
export const PLANTS = {} as const satisfies Record<string, Plant>;
