// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IPayoutRouter } from "./IPayoutRouter.sol";

/// @title IPayoutRouterKYC
/// @author Lucid
/// @notice Pays rows whose payees were approved by compliance. See {IPayoutRouter}, also for what it trusts.
/// @dev An approval is an EIP-712 signature over
/// `Compliance(bytes32 payoutId,address to,uint256 amount,bytes32 kycHash,uint64 expiry)` in the domain "Lucid PayoutRouterKYC": for
/// one payout, one payee and one amount, until it expires. It counts while its signer holds COMPLIANCE_ROLE and the payee
/// is not revoked, at the time of the payment.
///
/// Nothing personal is on chain. `kycHash` commits to the check's file and is made with a salt that stays with the file:
/// without it, a hash over a name could be found by trying names.
///
/// What this contract trusts beyond that, and what breaks if that trust fails:
/// - **Holders of COMPLIANCE_ROLE** approve payees, and revoke them. A dishonest one can have a row paid whose payee was never
///   checked, or withhold it; it cannot change who is paid or how much. Its signatures end with its role.
interface IPayoutRouterKYC is IPayoutRouter {
    /// @notice An approval of one payment.
    /// @param kycHash Salted commitment to the file of the check.
    /// @param expiry The last second at which it counts, in Unix time.
    /// @param signature By a holder of COMPLIANCE_ROLE.
    struct Compliance {
        bytes32 kycHash;
        uint64 expiry;
        bytes signature;
    }

    /// @notice A payee is not paid any more.
    /// @param payee The payee.
    event PayeeRevoked(address indexed payee);

    /// @notice A payee that was revoked can be paid again.
    /// @param payee The payee.
    event PayeeReinstated(address indexed payee);

    /// @notice Each row of a batch has an approval.
    /// @param payments How many rows there are.
    /// @param compliances How many approvals there are.
    error ComplianceCountDiffers(uint256 payments, uint256 compliances);

    /// @notice The approval has expired.
    /// @param payoutId The payout.
    /// @param expiry The last second at which it counted.
    error ComplianceExpired(bytes32 payoutId, uint64 expiry);

    /// @notice The approval is not by a holder of COMPLIANCE_ROLE, or is for something else.
    /// @param payoutId The payout.
    /// @param signer Who signed; zero where the signature is malformed.
    error NotCompliance(bytes32 payoutId, address signer);

    /// @notice The payee was revoked.
    /// @param payoutId The payout.
    /// @param payee The payee.
    error PayeeIsRevoked(bytes32 payoutId, address payee);

    /// @notice Pays one row, or reverts.
    /// @dev As in {IPayoutRouterV0}; reverts also with {ComplianceExpired}, {NotCompliance} and {PayeeIsRevoked}.
    /// @param root Root of an open statement.
    /// @param payment The row.
    /// @param compliance Its approval.
    /// @param proof Siblings from the row's leaf up to the root.
    function disburse(
        bytes32 root,
        Payment calldata payment,
        Compliance calldata compliance,
        bytes32[] calldata proof
    ) external;

    /// @notice Pays rows of one statement. Each is paid or refused by itself, with an event for either.
    /// @dev As in {IPayoutRouterV0}; a row without a valid approval is refused. Reverts also with {ComplianceCountDiffers}.
    /// @param root Root of an open statement.
    /// @param payments The rows, in the order of the statement.
    /// @param compliances The rows' approvals, in the same order.
    /// @param proof Siblings that the rows do not have in common, as OpenZeppelin's multiproof has them.
    /// @param proofFlags For each step whether it takes a sibling from the proof.
    function disburseBatch(
        bytes32 root,
        Payment[] calldata payments,
        Compliance[] calldata compliances,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external;

    /// @notice Stops payments to a payee, whatever was approved.
    /// @dev Needs COMPLIANCE_ROLE.
    /// @param payee The payee.
    function revokePayee(address payee) external;

    /// @notice Allows payments to a revoked payee again.
    /// @dev Needs DEFAULT_ADMIN_ROLE: a stolen compliance key must not undo what another one revoked.
    /// @param payee The payee.
    function reinstatePayee(address payee) external;

    /// @notice Whether a payee is revoked.
    /// @param payee The payee.
    /// @return True where nothing is paid to it.
    function isRevoked(address payee) external view returns (bool);
}
