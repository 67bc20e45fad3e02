/**
 * Reads the body of a response as text, up to a limit: an endpoint that never stops sending would otherwise fill this
 * machine's memory. Decompressed bytes count, so that a small compressed body is bounded too.
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
