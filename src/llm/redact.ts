// Error texts end in logs, histories and reports, and providers like to quote the key that they refused.

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\bbearer\s+[^\s"',;]+/gi, 'Bearer [redacted]'],
  [/\b(?:sk|pk|rk|gsk|xai|key)[-_][\w*.-]{6,}/gi, '[redacted]'],
  [/\bAIza[\w-]{10,}/g, '[redacted]'],
  [
    /((?:api|access|auth)[ _-]?(?:key|token)s?(?: (?:provided|given|used|is))?\s*[:=]\s*["']?)[^\s"',;]+/gi,
    '$1[redacted]',
  ],
  [/(\w+:\/\/)[^\s/@]+@/g, '$1'],
  [/([?&](?:key|api[_-]?key|token)=)[^&\s"']+/gi, '$1[redacted]'],
];

/**
 * Removes what looks like a credential from a text: bearer tokens, the usual key shapes, whatever follows
 * "API key provided:", user info and key parameters of URLs. `known` secrets go wherever they stand.
 */
export function redactSecrets(text: string, known: readonly string[] = []): string {
  const withoutKnown = known
    .filter((secret) => secret.length >= 4)
    .reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  return SECRETS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), withoutKnown);
}
