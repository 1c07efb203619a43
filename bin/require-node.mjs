// Stops with an explanation when the Node that runs this is too old for the project.
//
// It is the first thing that every npm script starts, and it has to parse on the Node that it turns away,
// so it is plain JavaScript and stays that way. Node 24 reaches the checkout as an optional dependency of the
// development manifest: `npm run` puts node_modules/.bin, and so that Node, first in PATH. Two things defeat
// this, `--omit=optional` at install time and a bare `node file.ts` in the shell; the message names both.

/** The oldest major version that runs the sources: it strips types, knows `await using` and has node:sqlite. */
export const oldestMajor = 24;

/**
 * Says why this Node cannot run perdure and what to do about it, or returns undefined when it can.
 * `remedy` is the last paragraph: a checkout and an installed package are repaired in different ways.
 *
 * @param {string} version
 * @param {string} remedy
 */
export function complaintAbout(version, remedy) {
  const major = Number(/^v?(\d+)/.exec(version)?.[1]);
  if (major >= oldestMajor) return undefined;
  return `perdure needs Node ${oldestMajor} or newer, and this is Node ${version} (${process.execPath}).\n${remedy}`;
}

/** What helps in a checkout of the repository. */
export const checkoutRemedy = `
The checkout brings its own Node ${oldestMajor} through npm. Either it was left out, or this command went round it:
  - install it:    npm ci                   (without --omit=optional)
  - and use it:    npm test, npm run demo   (npm scripts find it; a bare "node file.ts" does not)
If npm has no Node ${oldestMajor} for this platform (${process.platform} ${process.arch}), install it from https://nodejs.org.
`;

/** Ends the process with exit code 1 and the complaint on standard error, if this Node is too old. */
export function requireNode(remedy = checkoutRemedy) {
  const complaint = complaintAbout(process.version, remedy);
  if (complaint === undefined) return;
  process.stderr.write(complaint);
  process.exit(1);
}

if (process.argv[1]?.endsWith('require-node.mjs')) requireNode();
