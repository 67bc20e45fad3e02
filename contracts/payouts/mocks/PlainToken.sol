// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title PlainToken
/// @author Lucid
/// @notice A token without any checks but the balance, as a base for those that misbehave.
/// @dev For tests.
abstract contract PlainToken {
    /// @notice As in ERC-20.
    mapping(address account => uint256 amount) public balanceOf;

    /// @notice Gives an account money.
    /// @param account The account.
    /// @param amount How much.
    function mint(address account, uint256 amount) external {
        balanceOf[account] += amount;
    }

    /// @notice As in ERC-20, without asking for an allowance.
    /// @param from Whose money it is.
    /// @param to Who receives it.
    /// @param amount How much.
    /// @return What the token says of it.
    function transferFrom(address from, address to, uint256 amount) external virtual returns (bool);

    function _move(address from, address to, uint256 amount) internal {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}
