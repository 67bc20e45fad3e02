/**
 * Reads the body of a response as text, but never more than it may have: an endpoint that sends without end would
 * otherwise fill this machine's memory. Unpacked bytes count, so that a small packed body is bounded too.
 *
 * @returns Undefined where it is longer; the rest is not fetched.
 */
export async function readBody({ body }: Response, maxBytes: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Leaving the loop cancels the stream.
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}
