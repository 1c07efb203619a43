// All that a simulated worker or client can see of its world.

import type { Ledger } from './ledger.ts';
import type { Network } from './network.ts';
import type { Weather } from './weather.ts';
import type { World } from './world.ts';

export interface Scene {
  readonly world: World;
  readonly network: Network;
  readonly ledger: Ledger;
  /** What goes wrong now, and how often. */
  readonly weather: () => Weather;
}

export const NAMESPACE = 'default';
