"""The grader: judges submissions in a sandbox, keeps every result, and writes what instructors and students read.

The way of a submission, from what was handed in to the gradebook. `cli` is the command, and `grade` goes this way:

    platforms       Canvas, Gradescope, Moodle ...: a file each has all that is particular to one, `folder` one's own
    handed_in       what was handed in
        collect     of each student a copy of each notebook, or the reason why there is none
        files       a stranger's folder; `archives`: zips and tars, `entries`: one file, and what stands against it
        delivery    what one student sent at one time; `identity`: whose it is
        roster      the students; `uses`: what an answer leans on that a person should know of
    preparation     our notebooks, made ready once for all submissions
        prepare     what is run in which kernel: our notebook without answers
        package     the package as a kernel sees it, without the answers of this notebook
        blind       the data as a kernel sees them, without the labels of test data: the catalogue of data names them
    running         one notebook of one student
        ours        our own answers are run, for the values and times that submissions are held against
        pool        hands the work to processes, here or on a cluster; `worker`: what such a process does
        plugin      nbval's classes, with our notebook and the student's answers in it
        kernel      the kernel that nbval drives, with limits kept from outside
        judge       the values that came out, against ours: points, a reason, a sentence
    sandbox         where that kernel lives
        provisioner what all kernels have in common; `bubblewrap`: in a sandbox; `syscalls`: what it may not ask for
        other_user  instead of the sandbox in containers such as Gradescope's; `no_network`: closed there too
    outputs         what is made of it: `write` has all written, each into its place
        gradebook, questions, feedback, report, results_json
        pages       what all pages share; `charts`: their pictures; `wording`: what is said about a result;
                    `figures`: a submission's pictures beside ours; `markdown`: a student's, made inert

Beside these rooms, for all of them: `limits` (all there are), `results` (plain data: all that grading knows), `store`
(SQLite, a notebook of a student at a time), `policy` (deadlines, what being late costs and what borrowed answers do),
`text` (a stranger's, made safe for pages, CSV and file names).

Two other ways in: `one_notebook`, pytest on one notebook, to see cell by cell what happens; and on Gradescope
`autograder`, from the zip that `autograder_zip` writes.
"""
