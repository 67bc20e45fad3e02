import type { ResolvedConfigurationVariable } from "hardhat/types/config";

/** The keys that tasks sign and decrypt with, by the name under which an operator keeps them. */
export const KEY_NAMES = [
  "LUCID_ADMIN_KEY",
  "LUCID_REGISTRAR_KEY",
  "LUCID_OWNER_KEY",
  "LUCID_NODE_KEY",
  "LUCID_VRF_KEY",
  "LUCID_POOL_KEY",
  "LUCID_PLANNER_KEY",
  "LUCID_APPROVER_KEY",
  "TRON_DISBURSER_KEY",
  "TRON_COMPLIANCE_KEY",
  "LUCID_AUDITOR_KEY",
  "LUCID_AGE_IDENTITY",
] as const;

export type KeyName = (typeof KEY_NAMES)[number];

declare module "hardhat/types/config" {
  interface HardhatConfig {
    lucid: { keys: Record<KeyName, ResolvedConfigurationVariable> };
  }
}
