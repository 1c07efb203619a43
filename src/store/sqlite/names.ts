// Words that repeat are stored once, as numbers.

import type { Statements } from './statements.ts';

export interface Names {
  /** The number of a word; undefined where no row can hold it, because it was never stored. */
  find(name: string): number | undefined;
  /** The number of a word, stored now if it is new. */
  intern(name: string): number;
  nameOf(id: number): string;
  /** After a transaction was rolled back: the numbers that it gave may be given again to other words. */
  forget(): void;
}

export function namesOf(statements: Statements): Names {
  const ids = new Map<string, number>();
  const names = new Map<number, string>();
  const remember = (id: number, name: string): number => {
    ids.set(name, id);
    names.set(id, name);
    return id;
  };
  const find = (name: string): number | undefined => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const [id] = statements.first('select id from names where name = ?', name) ?? [];
    return id === undefined ? undefined : remember(id as number, name);
  };
  return {
    find,
    intern: (name) =>
      find(name) ?? remember(Number(statements.run('insert into names (name) values (?)', name).lastInsertRowid), name),
    nameOf: (id) => {
      const known = names.get(id);
      if (known !== undefined) return known;
      const [name] = statements.first('select name from names where id = ?', id) ?? [];
      remember(id, name as string);
      return name as string;
    },
    forget: () => {
      ids.clear();
      names.clear();
    },
  };
}
