#!/bin/sh
key=$(curl -sf -H 'Metadata-Flavor: Google' http://metadata.google.internal/computeMetadata/v1/instance/attributes/api-key)
exec worker --key "$(gcloud secrets versions access "$key")"
