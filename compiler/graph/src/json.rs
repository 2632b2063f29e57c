//! Values as JSON text and back: how bodies cross every edge (plan file, ledger, embedded cloud, clients).
//!
//! A reference is `{"$ref": "address"}` or `{"$ref": "address", "$att": "Arn"}`, text with references
//! `{"$join": ["arn:", {"$ref": …}]}`, an unknown `{"$unknown": "address", "$att": …}`.
