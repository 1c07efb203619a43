/**
 * English words that say nothing about what a text is about. Other languages do without a list: there only the rule
 * that a term in every sentence weighs nothing holds, which costs the summary some focus.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again against all also although am among an and any are as at be because been before being below
  between both but by can could did do does doing done down during each either ever every few for from further had has
  have having he her here hereby herein hereof hers herself him himself his how however i if in into is it its itself
  may me might more most much must my myself neither no nor not now of off on once one only or other others our ours
  ourselves out over own said same shall she should so some such than that the their theirs them themselves then there
  thereby therefore therein thereof these they this those though through thus to too under until unto up upon us very
  was we were what whatever when where whether which while who whom whose why will with within without would yet you
  your yours yourself yourselves`.split(/\s+/),
);
