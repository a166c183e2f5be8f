"""Run one unittest file and say its results as TAP, one line a test."""
import os
import sys
import unittest


class Tap(unittest.TextTestResult):
    count = 0

    def say(self, word, test, note=""):
        Tap.count += 1
        print(f"{word} {Tap.count} {test.id()}{note}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say("ok", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say("ok", test, f" # skip {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say("not ok", test)

    def addError(self, test, err):
        super().addError(test, err)
        self.say("not ok", test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.say("not ok", subtest)


folder, name = os.path.split(os.path.abspath(sys.argv[1]))
sys.path.insert(0, folder)
suite = unittest.defaultTestLoader.loadTestsFromName(name.removesuffix(".py"))
runner = unittest.TextTestRunner(resultclass=Tap, verbosity=0)
sys.exit(0 if runner.run(suite).wasSuccessful() else 1)
