// What `--again` has begun. A round that is killed goes on when the same command is run again, rather than beginning anew all over:
// its id stands in a file until its report is printed, and in the memo of each workflow that it started.
//
//   no file ──--again──▶ file with the round's id ──all documents ended, the report is printed──▶ no file

import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from './atomic-file.ts';
import { hashOf } from './blob-store.ts';

export interface Rounds {
  /** The id of the round that is under way for this input folder; begins one where there is none. */
  current(): Promise<string>;
  /** The round is over, if there was one. */
  end(): Promise<void>;
}

/** The rounds of one input folder, kept in a folder beside the database. */
export function openRounds(folder: string, input: string): Rounds {
  const path = join(folder, hashOf(input).slice(0, 16));
  return {
    current: async () => {
      const begun = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      if (begun !== '') return begun;
      const id = randomUUID();
      await writeAtomically(path, id);
      return id;
    },
    end: () => rm(path, { force: true }),
  };
}
