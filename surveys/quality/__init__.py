"""The quality of what agents say on the phone: calls drawn and listened to, marks, advice and objections."""
