/** Does nothing: what is measured is everything around it. */
export async function nothing(_payload: string): Promise<void> {}
