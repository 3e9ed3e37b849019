"""Campaigns: who is asked, when and how often, by personal links that are good for one answer each."""
