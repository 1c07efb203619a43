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
  /** Is there never more than one engine? Another one, thought dead, may answer with what it remembers. */
  readonly hasOneEngine: boolean;
  /** Resolves when there may be something new, at the latest in an hour: nobody asks a world again in which nothing moves. */
  readonly nap: () => Promise<void>;
}

export const NAMESPACE = 'default';
