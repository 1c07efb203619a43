// steps.ts after somebody has made a mistake that only a type checker would have seen.

export async function pipeline(): Promise<string> {
  const config: { name: string } | undefined = JSON.parse('null');
  return (config as { name: string }).name;
}
