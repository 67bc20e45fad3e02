// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IPayoutLedger
/// @author Lucid
/// @notice Says of every payout whether it was paid or voided. One ledger serves all routers, those of today and those of
/// later: a payout that one of them paid, no other pays again.
/// @dev A payout is known by its payoutId alone, `keccak256(abi.encode("lucid.payout", uint64 period, address entityId))`, or
/// `keccak256(abi.encode("lucid.request", string reference))`. Paid and void are final. A router marks a payout in the
/// same call that moves the money, so that neither happens without the other.
///
/// What this contract trusts, and what breaks if that trust fails:
/// - **Holders of ROUTER_ROLE** are contracts that mark a payout exactly when they pay it. A dishonest one can mark payouts
///   that it did not pay, which then nobody can pay; it cannot unmark any, so nothing is paid twice through honest ones.
/// - **A planner and an approver together** void payouts, which then nobody can pay.
/// - **The admin** (DEFAULT_ADMIN_ROLE) grants and revokes roles. A dishonest one can admit a dishonest router. It cannot
///   make a payout payable again. Expelling a router stops its payments.
interface IPayoutLedger {
    /// @notice What is known of a payout.
    enum PayoutStatus {
        Unused,
        Paid,
        Void
    }

    /// @notice A payout was voided: it will never be paid.
    /// @param payoutId The payout.
    /// @param planner Who signed as a planner.
    /// @param approver Who signed as an approver.
    event PayoutVoided(bytes32 indexed payoutId, address indexed planner, address indexed approver);

    /// @notice The admin must not be zero: nobody could ever grant a role.
    error ZeroAdmin();

    /// @notice A payout was paid or voided before, and both are final.
    /// @param payoutId The payout.
    /// @param status Paid or Void.
    error PayoutNotUnused(bytes32 payoutId, PayoutStatus status);

    /// @notice Marks a payout as paid.
    /// @dev Needs ROUTER_ROLE. Reverts with {PayoutNotUnused}.
    /// @param payoutId The payout.
    function markPaid(bytes32 payoutId) external;

    /// @notice Voids a payout, so that what it held can be distributed again. Anybody may send it: the signatures count.
    /// @dev Both sign `PayoutVoid(bytes32 payoutId)` in the domain "Lucid PayoutLedger". Reverts with {PayoutNotUnused},
    /// with {IDualControl}'s errors, and with ECDSA's where a signature is malformed.
    /// @param payoutId The payout.
    /// @param plannerSignature By a holder of PLANNER_ROLE.
    /// @param approverSignature By a holder of APPROVER_ROLE.
    function voidPayout(
        bytes32 payoutId,
        bytes calldata plannerSignature,
        bytes calldata approverSignature
    ) external;

    /// @notice Whether a payout was paid.
    /// @param payoutId The payout.
    /// @return True where a router paid it.
    function isPaid(bytes32 payoutId) external view returns (bool);

    /// @notice Whether a payout was voided.
    /// @param payoutId The payout.
    /// @return True where a planner and an approver voided it.
    function isVoid(bytes32 payoutId) external view returns (bool);

    /// @notice Marks what it pays.
    /// @return The role's id.
    function ROUTER_ROLE() external view returns (bytes32);
}
