import os

from infra.node_runtime import use_packaged_node

# Test modules import CDK, which starts Node at once.
use_packaged_node(os.environ)
