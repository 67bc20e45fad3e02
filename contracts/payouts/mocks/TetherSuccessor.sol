// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ISuccessor } from "./TetherOnTron.sol";

/// @title TetherSuccessor
/// @author Lucid
/// @notice What a deprecated Tether may forward calls to: a token with balances of its own, that only the old one calls.
/// @dev For tests.
contract TetherSuccessor is ISuccessor {
    /// @notice The deprecated token.
    address public immutable LEGACY;

    /// @inheritdoc ISuccessor
    mapping(address account => uint256 amount) public balanceOf;

    /// @inheritdoc ISuccessor
    mapping(address owner => mapping(address spender => uint256 amount)) public allowance;

    /// @inheritdoc ISuccessor
    uint256 public totalSupply;

    /// @notice As in ERC-20.
    /// @param from Whose money it was.
    /// @param to Who received it.
    /// @param value How much.
    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @notice Only the deprecated token calls this.
    /// @param caller Who called.
    error NotLegacy(address caller);

    modifier onlyLegacy() {
        if (msg.sender != LEGACY) revert NotLegacy(msg.sender);
        _;
    }

    /// @notice Fixes the deprecated token.
    /// @param legacy The deprecated token.
    constructor(address legacy) {
        LEGACY = legacy;
    }

    /// @notice Gives an account money.
    /// @param account The account.
    /// @param amount How much.
    function mint(address account, uint256 amount) external {
        balanceOf[account] += amount;
        totalSupply += amount;
    }

    /// @inheritdoc ISuccessor
    function transferByLegacy(address from, address to, uint256 value) external onlyLegacy returns (bool) {
        _move(from, to, value);
        return true;
    }

    /// @inheritdoc ISuccessor
    function transferFromByLegacy(
        address sender,
        address from,
        address to,
        uint256 value
    ) external onlyLegacy returns (bool) {
        allowance[from][sender] -= value;
        _move(from, to, value);
        return true;
    }

    /// @inheritdoc ISuccessor
    function approveByLegacy(
        address from,
        address spender,
        uint256 value
    ) external onlyLegacy returns (bool) {
        allowance[from][spender] = value;
        return true;
    }

    /// @inheritdoc ISuccessor
    function increaseApprovalByLegacy(
        address from,
        address spender,
        uint256 addedValue
    ) external onlyLegacy returns (bool) {
        allowance[from][spender] += addedValue;
        return true;
    }

    /// @inheritdoc ISuccessor
    function decreaseApprovalByLegacy(
        address from,
        address spender,
        uint256 subtractedValue
    ) external onlyLegacy returns (bool) {
        allowance[from][spender] -= subtractedValue;
        return true;
    }

    function _move(address from, address to, uint256 value) private {
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}
