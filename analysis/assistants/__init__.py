"""What an assistant of the organisation's choice may ask, over the Model Context Protocol (MCP): it reads, no more.

Every figure comes out of the gate with its interval and n, every quotation is a comment's own words, masked.
"""
