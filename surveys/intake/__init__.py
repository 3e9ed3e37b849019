"""The waist between forms and the store: what a submission is, its protocols, receipts, attachments."""
