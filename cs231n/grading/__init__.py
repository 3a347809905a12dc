"""The grader: judges submissions in a sandbox, keeps every result, and writes what instructors and students read.

The way of a submission, from what was handed in to the gradebook. `cli` is the command, `grade` goes this way:

    what was handed in
        downloads     who sent what, and when, in a folder or zip of Canvas, of Gradescope or of one's own
        files         a stranger's folder or zip, read without trusting it
        intake        of each student a copy of each notebook, or the reason why there is none
        roster        the students; `policy`: deadlines, and what being late costs
    our notebooks, made ready once for all submissions
        prepare       what is run in which kernel: our notebook without answers
        reduce        a check without what it compares with; `variables`: which names code binds and uses
        package       the package as a kernel sees it, without the answers of this notebook
        blind         the data as a kernel sees them, without the labels of test pictures
        ours          our own answers are run, for the values and times that submissions are held against
    one notebook of one student
        pool          hands the work to processes, here or on a cluster
        worker        what such a process does
        plugin        nbval's classes, with our notebook and the student's answers in it
        kernel        the kernel that nbval drives, with limits kept from outside
        sandbox       it lives in bubblewrap; `syscalls`: what it may not ask of the system
        other_user    instead of the sandbox in containers such as Gradescope's; `no_network`: closed there too
        judge         the values that came out, against ours: points, a reason, a sentence
    what is kept, and what is made of it
        results       plain data: all that grading knows, as everything below takes it
        store         SQLite, a notebook of a student at a time
        figures       the pictures in a submission, beside ours
        outputs       writes what follows, each into its place:
                      `gradebook`, `canvas`, `gradescope`, `questions`, `feedback`, `report`
        pages         what all pages share; `charts`: their pictures; `wording`: what is said about a result;
                      `markdown`: a student's, made inert; `text`: a stranger's, made safe for pages, CSV and file names

Two other ways in: `by_hand`, pytest on one notebook, to see cell by cell what happens; and on Gradescope `autograder`,
from the zip that `autograder_zip` writes.
"""
