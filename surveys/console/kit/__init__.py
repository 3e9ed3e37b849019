"""What all console pages share: look, words, session, address, choosers, downloads."""
