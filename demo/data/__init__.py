"""The demo company: a seller of office furniture with four languages of customers and two real problems."""
