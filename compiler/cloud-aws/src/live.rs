//! The SDK client.
