"""What lies in a container of Azure Blob, by a client that is not ours.

Called as `container.py ENDPOINT DEED CONTAINER`: `make` it, or `read` all of it as JSON (by name, what it holds).
"""

import json
import sys

from azure.storage.blob import BlobServiceClient

# azurite's own, the same everywhere
ACCOUNT, KEY = "devstoreaccount1", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

endpoint, deed, name = sys.argv[1:]
container = BlobServiceClient(f"{endpoint}/{ACCOUNT}", credential=KEY).get_container_client(name)

if deed == "make":
    container.create_container()
elif deed == "read":
    names = [blob.name for blob in container.list_blobs()]
    print(json.dumps({name: json.loads(container.download_blob(name).readall()) for name in names}))
else:
    sys.exit(f"no deed {deed}")
