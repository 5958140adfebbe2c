"""`oint mcp`: the methods of oint as tools for agents, over the Model Context Protocol.

The five tools, the config file and the `@@` variables are those of OInt. A method that costs money or cannot be undone
runs only if the config allows it.
"""
