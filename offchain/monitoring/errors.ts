import { type ErrorDetails, LucidError } from "../errors.ts";

/**
 * The server for health and metrics cannot listen: another process has the port, or the address is not one of
 * this machine.
 * @remedy Set the setting that the message names to another `HOST:PORT`, or to `off`.
 */
interface AddressUnusable extends ErrorDetails {
  readonly code: "MONITOR_ADDRESS_UNUSABLE";
  readonly setting: string;
  /** HOST:PORT */
  readonly address: string;
  readonly reason: string;
}
export type MonitoringErrorDetails = AddressUnusable;

/** The server for health and metrics cannot be started. */
export class MonitoringError extends LucidError<MonitoringErrorDetails> {
  constructor(details: MonitoringErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: MonitoringErrorDetails): string {
  switch (details.code) {
    case "MONITOR_ADDRESS_UNUSABLE":
      return `Nothing can listen on ${details.address} (${details.reason}). Set ${details.setting} to another HOST:PORT, or to off.`;
  }
}
