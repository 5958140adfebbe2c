"""`oint mcp`: the methods of oint as tools for agents, over the Model Context Protocol.

The five tools, the config file and the `@@` variables are OInt's own. What costs money or cannot be taken back runs
only where the config allows it.
"""
