"""Performs scenarios, several labs side by side, and scores each."""
import itertools
import os
import queue
import threading
import traceback

import kernel_truth
import rig as rigs
import score as scores

# Of a run whose delays a busy machine stretched, in all.
ATTEMPTS = 6


class Lab:
    """Where the programs are, where results go, and the kernel's tracing."""

    def __init__(self, build, netlat, keep, tracing):
        self.build = build      # has lab-wire, lab-serve and lab-drive
        self.netlat = netlat    # the program to score
        self.keep = keep        # a folder for each run
        self.tracing = tracing  # kernel_truth.tracing()
        self.stopped = threading.Event()
        # Not where the program before this one began.
        self.serials = itertools.count(os.getpid())
        self.repeated = 0  # runs

    def perform(self, run, slot):
        """One run, again if the machine disturbed it; its score, or the
        error that ended it."""
        for _ in range(ATTEMPTS):
            result = self._attempt(run, slot, next(self.serials))
            why = getattr(result, "disturbed", None)
            if why is None or self.stopped.is_set():
                return result
            self.repeated += 1
        return rigs.RigError("disturbed %d times: %s" % (ATTEMPTS, why))

    def _attempt(self, run, slot, serial):
        folder = os.path.join(self.keep, run.name)
        try:
            with kernel_truth.LocalPorts(serial) as ports:
                rig = rigs.Rig(run, folder, self.build, self.tracing, slot,
                               ports, self.stopped)
                return scores.Score(run, rig, rig.perform(), self.netlat)
        except Exception as error:
            with open(os.path.join(folder, "error.txt"), "w") as out:
                traceback.print_exc(file=out)
            return error

    def perform_all(self, runs, jobs, report):
        """report(run, result) as each ends, from any thread.  Ctrl-C ends
        the runs under way, cleanly, and is raised again."""
        waiting = queue.Queue()
        for run in runs:
            waiting.put(run)

        def work(slot):
            while not self.stopped.is_set():
                try:
                    run = waiting.get_nowait()
                except queue.Empty:
                    return
                report(run, self.perform(run, slot))
        workers = [threading.Thread(target=work, args=(slot,))
                   for slot in range(max(1, jobs))]
        for worker in workers:
            worker.start()
        try:
            for worker in workers:
                worker.join()
        except KeyboardInterrupt:
            self.stopped.set()
            for worker in workers:
                worker.join()
            raise
