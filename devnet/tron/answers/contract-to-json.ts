import type { JsonObject } from "../json/parse-json.ts";
import { messageToJson } from "../protobuf/to-json.ts";
import type { Contract } from "../state/world.ts";

/** A contract's declaration; its ABI is always there. */
export function contractToJson({ declaration }: Contract, isVisible: boolean): JsonObject {
  return { abi: {}, ...messageToJson("SmartContract", declaration, isVisible) };
}
