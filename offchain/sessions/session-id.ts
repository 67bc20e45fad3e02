import { SessionError } from "./errors.ts";

/** RFC 9562, section 4, in lower case: with several spellings of an id, a manifest would have several hashes. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const UUID_BYTES = 16;
const UUID_AS_BYTES32 = /^0x[0-9a-f]{32}0{32}$/;

/**
 * The 16 bytes of a UUID.
 *
 * @throws {SessionError} SESSION_ARGUMENT_INVALID unless it is a lower-case UUID.
 */
export function sessionIdBytes(uuid: string): Buffer {
  if (!UUID.test(uuid)) {
    const expected = "a lower-case UUID (RFC 9562)";
    throw new SessionError({
      code: "SESSION_ARGUMENT_INVALID",
      argument: "sessionId",
      value: uuid,
      expected,
    });
  }
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}

/**
 * A session's id on chain: the UUID left-aligned in bytes32, the lower 16 bytes zero.
 *
 * @throws {SessionError} SESSION_ARGUMENT_INVALID
 */
export function sessionIdToBytes32(uuid: string): string {
  return `0x${sessionIdBytes(uuid).toString("hex")}${"00".repeat(UUID_BYTES)}`;
}

/**
 * The UUID of a session's id on chain.
 *
 * @throws {SessionError} SESSION_ARGUMENT_INVALID when it is not a UUID left-aligned in bytes32.
 */
export function sessionIdFromBytes32(sessionId: string): string {
  const value = sessionId.toLowerCase();
  if (!UUID_AS_BYTES32.test(value)) {
    const expected = "32 bytes in hex whose lower 16 are zero";
    throw new SessionError({ code: "SESSION_ARGUMENT_INVALID", argument: "sessionId", value, expected });
  }
  return value.slice(2).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
