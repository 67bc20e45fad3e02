// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { DualControl } from "./DualControl.sol";
import { IPayoutLedger } from "./interfaces/IPayoutLedger.sol";

/// @title PayoutLedger
/// @author Lucid
/// @notice See {IPayoutLedger}, also for what it trusts.
contract PayoutLedger is IPayoutLedger, DualControl {
    bytes32 private constant VOID_TYPE = keccak256("PayoutVoid(bytes32 payoutId)");

    /// @inheritdoc IPayoutLedger
    bytes32 public constant ROUTER_ROLE = keccak256("ROUTER_ROLE");

    /// @dev Once written, a status never changes.
    mapping(bytes32 payoutId => PayoutStatus status) private _statuses;

    /// @notice Fixes the first admin.
    /// @param admin Gets DEFAULT_ADMIN_ROLE, and no other role.
    constructor(address admin) DualControl("Lucid PayoutLedger") {
        if (admin == address(0)) revert ZeroAdmin();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /// @inheritdoc IPayoutLedger
    function markPaid(bytes32 payoutId) external onlyRole(ROUTER_ROLE) {
        _settle(payoutId, PayoutStatus.Paid);
    }

    /// @inheritdoc IPayoutLedger
    function voidPayout(
        bytes32 payoutId,
        bytes calldata plannerSignature,
        bytes calldata approverSignature
    ) external {
        (address planner, address approver) = _requireBoth(
            keccak256(abi.encode(VOID_TYPE, payoutId)),
            plannerSignature,
            approverSignature
        );
        _settle(payoutId, PayoutStatus.Void);
        emit PayoutVoided(payoutId, planner, approver);
    }

    /// @inheritdoc IPayoutLedger
    function isPaid(bytes32 payoutId) external view returns (bool) {
        return _statuses[payoutId] == PayoutStatus.Paid;
    }

    /// @inheritdoc IPayoutLedger
    function isVoid(bytes32 payoutId) external view returns (bool) {
        return _statuses[payoutId] == PayoutStatus.Void;
    }

    function _settle(bytes32 payoutId, PayoutStatus status) private {
        PayoutStatus current = _statuses[payoutId];
        if (current != PayoutStatus.Unused) revert PayoutNotUnused(payoutId, current);
        _statuses[payoutId] = status;
    }
}
